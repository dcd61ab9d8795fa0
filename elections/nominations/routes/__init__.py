"""The pages of nominations: for everyone, for members and nominees, and for officials."""
