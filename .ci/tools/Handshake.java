import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Shakes hands with 127.0.0.1:PORT as a client of HOST, with the trust of javax.net.ssl.trustStore: HOST PORT */
final class Handshake {
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        Socket plain = new Socket("127.0.0.1", port);
        try (SSLSocket socket = (SSLSocket) factory.createSocket(plain, arguments[0], port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            System.out.println(socket.getSession().getProtocol());
        }
    }
}
