"""What an evaluator starts from: settings, empty tables, questionnaires, made from the codebook."""
