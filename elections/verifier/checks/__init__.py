"""The checks, one function each; a check returns what it saw, or raises Broken, a Refusal or NotReached."""
