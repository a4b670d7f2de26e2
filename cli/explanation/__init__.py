"""What ``rulecheck explain`` tells of a target: the promise, the reasoning, what is beside it."""
