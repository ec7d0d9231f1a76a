package dev.perennial.server.csr;

/** Another request of the organisation holds the PKCS#10: what was begun is undone, then it is looked up. */
final class Taken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Taken() {
        super("the PKCS#10 is taken", null, false, false);
    }
}
