package dev.perennial.server.auditor;

import java.util.List;

/**
 * What a look at everything that was signed came to.
 *
 * @param certificates of ours that were looked at, the identities of agents among them
 * @param foreign certificates that were made elsewhere
 * @param lists CRLs
 * @param findings what should not be, a line each
 * @param furtherFindings how many more there are
 */
public record AuditReport(long certificates, long foreign, long lists, List<String> findings, long furtherFindings) {

    public boolean isClean() {
        return findings.isEmpty();
    }
}
