package main

import (
	"fmt"
	"io"
	"net/http"
)

func main() {
	request, _ := http.NewRequest("GET", "https://api.amps.ai/battery", nil)
	request.Header.Set("Authorization", "Bearer sk_test_demo")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	body, _ := io.ReadAll(answer.Body)
	fmt.Printf("[%d, %q, %s]\n", answer.StatusCode, answer.Header.Get("X-Sandbox"), body)
}
