"""Synthesis: schema and request become a plan, the plan yields blocks of rows as columns."""
