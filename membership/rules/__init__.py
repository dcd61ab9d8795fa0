"""Pure questions of the bylaws about membership: no database, no clock, no web."""
