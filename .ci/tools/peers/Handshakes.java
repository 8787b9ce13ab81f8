import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS handshakes as JSSE makes them: one per line of standard input, "PORT NAME TRUSTSTORE", the trust store a PKCS#12 with
 * the password changeit. Prints "ok" or "no REASON" for each line.
 */
class Handshakes {
    public static void main(String[] arguments) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            var words = line.split(" ", 3);
            try {
                connect(Integer.parseInt(words[0]), words[1], words[2]);
                System.out.println("ok");
            } catch (Exception error) {
                System.out.println("no " + error.toString().replace('\n', ' '));
            }
            System.out.flush();
        }
    }

    private static void connect(int port, String name, String store) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        try (var file = new FileInputStream(store)) {
            trusted.load(file, "changeit".toCharArray());
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress("127.0.0.1", port), 5000);
            plain.setSoTimeout(5000);
            try (var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
            }
        }
    }
}
