-- What a person decides: what waits for it, and who said yes.

ALTER TABLE signers DROP CONSTRAINT signers_policy_check;
ALTER TABLE signers ADD CONSTRAINT signers_policy_check CHECK (policy IN ('grants', 'grants-or-person', 'person'));
ALTER TABLE signers ADD COLUMN four_eyes boolean NOT NULL DEFAULT false;

-- The generation that waits beside the current one, or was denied there last.
ALTER TABLE signing_requests ADD COLUMN next_generation integer;
-- Whether a person's last word on it was no: then no policy alone says yes.
ALTER TABLE signing_requests ADD COLUMN person_denied boolean NOT NULL DEFAULT false;

ALTER TABLE generations
    ADD COLUMN pending_since  timestamptz,      -- when an approver got the next move
    ADD COLUMN approved_by    text,             -- the person whose approval it stands on; null: policy's
    ADD COLUMN signer         text,             -- the settings that come with it, applied when it is issued
    ADD COLUMN target_issuer  text,
    ADD COLUMN auto_renew     boolean,
    ADD COLUMN private_key_id text,
    ADD COLUMN uid            text;
UPDATE generations SET pending_since = now() WHERE state = 'PENDING';
CREATE INDEX generations_pending ON generations (pending_since) WHERE state = 'PENDING' AND live;
CREATE INDEX generations_pending_of ON generations (requester) WHERE state = 'PENDING' AND live;

-- Four eyes: nobody approves his own. Held here, whatever a server may think.
CREATE FUNCTION require_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.requester IS NULL OR NEW.requester = NEW.approved_by) AND EXISTS (
        SELECT 1 FROM signing_requests r JOIN signers s ON s.name = coalesce(NEW.signer, r.signer)
        WHERE r.id = NEW.request_id AND s.four_eyes)
    THEN
        RAISE EXCEPTION 'the requester approves its own request' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER generations_four_eyes BEFORE INSERT OR UPDATE OF approved_by ON generations
    FOR EACH ROW WHEN (NEW.approved_by IS NOT NULL) EXECUTE FUNCTION require_four_eyes();
