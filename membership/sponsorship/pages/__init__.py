"""What the pages of sponsoring show: words, tasks and lists."""
