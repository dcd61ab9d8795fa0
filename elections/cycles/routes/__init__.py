"""The pages of cycles: for everyone, and for officials."""
