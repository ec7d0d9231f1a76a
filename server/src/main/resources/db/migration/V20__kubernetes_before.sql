-- What selectors saw of an object before a change, at its position: who watches a selection is told what has left it.
ALTER TABLE kubernetes_relabelled RENAME TO kubernetes_before;
ALTER TABLE kubernetes_before ALTER COLUMN labels DROP NOT NULL;
ALTER TABLE kubernetes_before ADD COLUMN signer text;

-- The signer changes where no door is asked, and always with the position of its event.
CREATE FUNCTION keep_signer_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kubernetes_before (position, request_id, signer) VALUES (NEW.position, NEW.id, OLD.signer)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER signing_requests_signer_before AFTER UPDATE OF signer ON signing_requests
    FOR EACH ROW WHEN (OLD.signer IS DISTINCT FROM NEW.signer) EXECUTE FUNCTION keep_signer_before();

-- A selection by labels reads what it means, not everything.
CREATE INDEX kubernetes_objects_labels ON kubernetes_objects USING gin (labels) WHERE NOT gone;
