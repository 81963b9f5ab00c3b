require "net/http"
answer = Net::HTTP.get_response(URI("https://api.amps.ai/battery"), { "Authorization" => "Bearer sk_test_demo" })
puts "[#{answer.code}, \"#{answer["x-sandbox"]}\", #{answer.body}]"
