"""What the queue may do. These functions are the only writers of a state (docs/architecture.md)."""
