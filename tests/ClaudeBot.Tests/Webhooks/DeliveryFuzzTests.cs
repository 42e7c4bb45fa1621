using System.Text;
using System.Text.Json;
using ClaudeBot.Triggers;
using ClaudeBot.Webhooks;

namespace ClaudeBot.Tests.Webhooks;

/// <summary>Recorded payloads, mutated, through the check at the door and the reader behind it.</summary>
[Trait("Length", "Long")]
public sealed class DeliveryFuzzTests
{
    private const int Runs = 200_000;
    private const int Seed = 20260305;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_mutation_of_a_payload_throws_or_passes_the_door_without_being_a_JSON_object()
    {
        var payloads = await RecordedPayloads.ReadAsync(Token);
        var random = new Random(Seed);
        var (objects, asking) = (0, 0);
        for (var run = 0; run < Runs; run++)
        {
            var (eventName, payload) = payloads[random.Next(payloads.Count)];
            var body = Mutations.Of(payload, random);
            var name = random.Next(4) == 0 ? eventName : "issues";
            var isObject = DeliveryBody.IsJsonObject(body);
            var request = DeliveryReader.Read(new Delivery { Id = "fuzz", Event = name, Body = body, ReceivedAt = default }, "bug");

            isObject.ShouldBe(IsObject(body), $"seed {Seed}, run {run}");
            objects += isObject ? 1 : 0;
            asking += request is Request.AskedBy ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"seed {Seed}: {Runs} runs of {payloads.Count} payloads, {objects} JSON objects, {asking} ask for work");
        objects.ShouldBeInRange(Runs / 20, Runs - (Runs / 20), "both answers must be met often");
        asking.ShouldBePositive("the reader must come to the end now and then");
    }

    private static bool IsObject(byte[] body)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(body);
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return false;
        }
    }
}
