"""Raw files in, validated tables out."""
