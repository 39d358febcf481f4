"""The verbs of stores: propose, decide, withdraw, cancel, apply, take down what is sold out."""
