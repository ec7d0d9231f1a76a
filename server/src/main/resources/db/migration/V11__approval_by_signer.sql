-- The signer of what waits is the request's own: it cannot be changed beneath a person's word. So four eyes ask that one,
-- not what was written down when the generation came.
CREATE OR REPLACE FUNCTION require_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.requester IS NULL OR NEW.requester = NEW.approved_by) AND EXISTS (
        SELECT 1 FROM signing_requests r JOIN signers s ON s.name = r.signer
        WHERE r.id = NEW.request_id AND s.four_eyes)
    THEN
        RAISE EXCEPTION 'the requester approves its own request' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
