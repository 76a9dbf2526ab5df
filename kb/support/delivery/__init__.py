"""How tickets reach the people who answer them: help desks, and the outbox that never forgets one."""
