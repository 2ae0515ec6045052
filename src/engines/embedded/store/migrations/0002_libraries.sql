-- Other projects whose files a version loads: JSON, [{"project", "ref", "commit"}, …]; NULL for none.
ALTER TABLE versions ADD COLUMN libraries TEXT;
