"""What is done with cycles: adopting rules, drafting, announcing, keeping the dates, extending, annulling, writing."""
