import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

public class UrlConnection {
    public static void main(String[] args) throws Exception {
        var call = (HttpURLConnection) URI.create("https://api.amps.ai/battery").toURL().openConnection();
        call.setRequestProperty("Authorization", "Bearer sk_test_demo");
        var status = call.getResponseCode();
        var body = new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.println("[" + status + ", \"" + call.getHeaderField("X-Sandbox") + "\", " + body + "]");
    }
}
