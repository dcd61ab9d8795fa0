/** @file The booth's worker. */
