"""JSON Schema 2020-12 (older drafts as users have them mostly read too) into the house model.

`document` finds what a reference points to, `reading` turns a subschema and all that is merged into it into `claims`,
`emptiness` proves that claims leave nothing, and the other modules make fields out of claims: one kind each.
"""
