package dev.perennial.server.bench;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;

/** What one P-256 signature and one verification cost on one core here and now, in microseconds. */
record RawCost(double signMicros, double verifyMicros) {
    private static final byte[] MESSAGE = new byte[500];
    private static final long WARM_UP_NANOS = 1_000_000_000L;
    private static final long MEASURED_NANOS = 2_000_000_000L;

    double sum() {
        return signMicros + verifyMicros;
    }

    static RawCost measure() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        byte[] signature = sign(pair);
        repeat(() -> sign(pair), WARM_UP_NANOS);
        double signMicros = repeat(() -> sign(pair), MEASURED_NANOS);
        repeat(() -> verify(pair, signature), WARM_UP_NANOS);
        double verifyMicros = repeat(() -> verify(pair, signature), MEASURED_NANOS);
        return new RawCost(signMicros, verifyMicros);
    }

    private interface Step {
        void run() throws GeneralSecurityException;
    }

    private static double repeat(Step step, long nanos) throws GeneralSecurityException {
        long start = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - start < nanos) {
            step.run();
            count++;
        }
        return (System.nanoTime() - start) / 1e3 / count;
    }

    private static byte[] sign(KeyPair pair) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(MESSAGE);
        return signer.sign();
    }

    private static void verify(KeyPair pair, byte[] signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(pair.getPublic());
        verifier.update(MESSAGE);
        if (!verifier.verify(signature)) {
            throw new IllegalStateException("a signature of our own does not verify");
        }
    }
}
