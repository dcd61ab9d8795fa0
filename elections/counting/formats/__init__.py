"""The ballot files of other programs, one module each; `registry` finds the right one."""
