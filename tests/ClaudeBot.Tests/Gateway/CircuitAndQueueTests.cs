using System.Threading.Channels;
using ClaudeBot.Gateway;
using ClaudeBot.Secrets;
using ClaudeBot.Tests.Queue;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Gateway;

/// <summary>The circuit at the door of the real worker loop over the real ledger.</summary>
public sealed class CircuitAndQueueTests : IAsyncLifetime
{
    private readonly QueueHarness _harness = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task While_the_model_is_away_tasks_wait_then_one_is_the_probe_and_its_answer_starts_the_rest()
    {
        var key = new SecretSource("ANTHROPIC_API_KEY", () => "key-of-the-tests", new SecretMask());
        var circuit = new ModelCircuit(new GatewayOptions { ApiKey = key }, _harness.Time, NullLogger<ModelCircuit>.Instance);
        var looks = Channel.CreateUnbounded<bool>();
        _harness.Guards.Add(async (claim, token) =>
        {
            var lease = await circuit.GuardAsync(claim, token);
            looks.Writer.TryWrite(lease is not null);
            return lease;
        });
        for (var failure = 0; failure < 5; failure++)
            circuit.Failed(null);
        for (var number = 1; number <= 3; number++)
            await _harness.AddAsync(number, $"octo/demo-{number}");
        var (begun, end) = (Channel.CreateUnbounded<TaskId>(), new TaskCompletionSource());
        using var worker = _harness.Worker(async (lease, _) =>
        {
            begun.Writer.TryWrite(lease.Id);
            await end.Task;
            return QueueHarness.Succeeded();
        });

        await worker.StartAsync(Token);
        (await looks.Reader.ReadAsync(Token)).ShouldBeFalse();

        // The word as well as the time: the worker may not be at its timer yet.
        _harness.Time.Advance(TimeSpan.FromSeconds(40));
        _harness.Notices.RaiseChanged();
        var probe = await begun.Reader.ReadAsync(Token);
        while (await looks.Reader.ReadAsync(Token))
            continue;
        begun.Reader.TryRead(out _).ShouldBeFalse("one probe is enough");

        circuit.Succeeded();
        _harness.Notices.RaiseChanged();
        var others = new[] { await begun.Reader.ReadAsync(Token), await begun.Reader.ReadAsync(Token) };
        others.ShouldNotContain(probe);

        end.SetResult();
        await worker.StopAsync(Token);
    }
}
