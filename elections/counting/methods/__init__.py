"""The counting methods, one module each; `registry` lists them by the names that bylaws use."""
