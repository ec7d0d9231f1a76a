-- Each issuance enters its rows into every index. What is in nearly every row needs none: it is found by going along. So
-- indexes leave out the organisation and the actions that most rows are of, and what only people ask for now and then is
-- gone along for, in windows (docs/adr/0020-few-indexes-on-the-way-of-an-issuance.md).

DROP INDEX certificates_org;
CREATE INDEX certificates_org ON certificates (org_id, number) WHERE org_id <> 'default';
DROP INDEX certificates_issuer;
DROP INDEX signing_requests_org;
CREATE INDEX signing_requests_org ON signing_requests (org_id, number) WHERE org_id <> 'default';

DROP INDEX audit_events_of_organisation;
CREATE INDEX audit_events_of_organisation ON audit_events (org_id, id) WHERE org_id <> 'default';
DROP INDEX audit_events_of_action;
CREATE INDEX audit_events_of_action ON audit_events (action, id) WHERE action NOT IN ('submit', 'renew');
DROP INDEX audit_events_of_actor;
DROP INDEX audit_events_of_source;
-- A client may send the same X-Request-Id with every call: equal values make a hash index slow, and a B-tree small.
DROP INDEX audit_events_of_call;
CREATE INDEX audit_events_of_call ON audit_events (http_request) WHERE http_request <> '';
