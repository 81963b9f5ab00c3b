<?php
$sandbox = "";
$call = curl_init("https://api.amps.ai/battery");
curl_setopt_array($call, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => ["Authorization: Bearer sk_test_demo"],
    CURLOPT_HEADERFUNCTION => function ($call, $line) use (&$sandbox) {
        if (stripos($line, "x-sandbox:") === 0) $sandbox = trim(substr($line, 10));
        return strlen($line);
    },
]);
$body = curl_exec($call);
if ($body === false) exit(curl_error($call) . "\n");
echo "[", curl_getinfo($call, CURLINFO_RESPONSE_CODE), ", \"$sandbox\", $body]\n";
