/** @file The booth's entry point. */
