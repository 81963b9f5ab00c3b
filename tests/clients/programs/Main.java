import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Main {
    public static void main(String[] args) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://api.amps.ai/battery"))
            .header("Authorization", "Bearer sk_test_demo").build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        String sandbox = answer.headers().firstValue("x-sandbox").orElse("");
        System.out.println("[" + answer.statusCode() + ", \"" + sandbox + "\", " + answer.body() + "]");
    }
}
