"""The pages of the electorate: for everyone, for members, and for officials."""
