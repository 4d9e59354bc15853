-- Version 3: what time somebody last set the world's clock to. Whoever starts the same container
-- again asks for that time again, and does not want to go back.

ALTER TABLE world_state ADD COLUMN clock_set_to INTEGER;  -- by --clock; NULL: never
