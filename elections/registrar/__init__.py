"""The registrar's command line: issues voting credentials on a machine of the registrar's own, away from the server.

    python -m elections.registrar issue ROLL.csv --uuid UUID --out FOLDER
    python -m elections.registrar check FOLDER --archive ARCHIVE

It needs only `elections.crypto`. The server gets who may vote with which *public* credential; the private ones stay
in the folder until they are handed to the voters and destroyed (specification, section 3.1, steps 3 to 6 and 11).
"""
