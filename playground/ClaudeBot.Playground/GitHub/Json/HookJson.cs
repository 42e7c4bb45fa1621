using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Json;

internal static class HookJson
{
    public static JsonObject Of(Hook hook)
    {
        var api = $"{hook.Repository!.ApiUrl}/hooks/{hook.Id}";
        var config = new JsonObject { ["url"] = hook.Url.ToString(), ["content_type"] = "json", ["insecure_ssl"] = "0" };
        if (hook.Secret is not null)
        {
            config["secret"] = "********";
        }

        var last = hook.Deliveries.LastOrDefault();
        return new JsonObject
        {
            ["type"] = "Repository",
            ["id"] = hook.Id,
            ["name"] = "web",
            ["active"] = hook.IsActive,
            ["events"] = hook.Events.Select(name => (JsonNode)name).Listed(),
            ["config"] = config,
            ["updated_at"] = hook.UpdatedAt.Text(),
            ["created_at"] = hook.CreatedAt.Text(),
            ["url"] = api,
            ["test_url"] = $"{api}/test",
            ["ping_url"] = $"{api}/pings",
            ["deliveries_url"] = $"{api}/deliveries",
            ["last_response"] = new JsonObject
            {
                ["code"] = last is null or { StatusCode: 0 } ? null : last.StatusCode,
                ["status"] = last is null ? "unused" : last.StatusCode is >= 200 and < 300 ? "active" : "failed",
                ["message"] = last?.Status,
            },
        };
    }

    public static JsonObject Delivery(HookDelivery delivery, Hook hook) => new()
    {
        ["id"] = delivery.Id,
        ["guid"] = delivery.DeliveryId.ToString("D"),
        ["delivered_at"] = delivery.DeliveredAt.Text(),
        ["redelivery"] = delivery.IsRedelivery,
        ["duration"] = Math.Round(delivery.Duration.TotalSeconds, 2),
        ["status"] = delivery.Status,
        ["status_code"] = delivery.StatusCode,
        ["event"] = delivery.Event,
        ["action"] = delivery.Action,
        ["installation_id"] = hook.App?.InstallationIn(delivery.Repository)?.Id,
        ["repository_id"] = delivery.Repository.Id,
        ["throttled_at"] = null,
    };

    public static JsonObject FullDelivery(HookDelivery delivery, Hook hook)
    {
        var json = Delivery(delivery, hook);
        json["url"] = hook.Url.ToString();
        json["request"] = new JsonObject { ["headers"] = Headers(delivery.RequestHeaders), ["payload"] = JsonNode.Parse(delivery.Payload) };
        json["response"] = new JsonObject { ["headers"] = Headers(delivery.ResponseHeaders), ["payload"] = delivery.ResponseBody };
        return json;
    }

    private static JsonObject Headers(IEnumerable<KeyValuePair<string, string>> headers) =>
        new(headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value)));
}
