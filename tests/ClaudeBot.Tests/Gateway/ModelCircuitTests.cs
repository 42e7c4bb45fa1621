using ClaudeBot.Gateway;
using ClaudeBot.Queue;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Gateway;

/// <summary>The circuit by its clock: when a worker gets a task, and when the claim is not even tried.</summary>
public sealed class ModelCircuitTests
{
    private static readonly QueuedTask Waiting = new()
    {
        Id = TaskId.Parse("acme--shop--issue-42-abc123"),
        Kind = TaskKind.Issue,
        Repository = GatewayLab.Repository,
        IssueNumber = 42,
        Title = "t",
        Description = "d",
        RequestedBy = "ada",
        Branch = "bot/issue-42-t",
        Priority = TaskPriority.Medium,
        State = TaskState.Running,
        Attempts = 1,
        Fence = 1,
        CreatedAt = default,
        UpdatedAt = default,
    };

    private readonly FakeTimeProvider _time = new();
    private readonly ModelCircuit _circuit;
    private string? _key = "key-1";

    public ModelCircuitTests() => _circuit = new ModelCircuit(
        new GatewayOptions { ApiKey = new SecretSource("ANTHROPIC_API_KEY", () => _key, new SecretMask()) }, _time, NullLogger<ModelCircuit>.Instance);

    [Fact]
    public async Task Some_failures_among_answers_stop_nothing()
    {
        for (var round = 0; round < 5; round++)
        {
            Fail(4);
            _circuit.Succeeded();
        }

        (await StartsAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Five_failures_in_a_row_stop_new_tasks_and_one_answer_lets_them_start()
    {
        Fail(5);
        (await StartsAsync()).ShouldBeFalse();

        _circuit.Succeeded();
        (await StartsAsync()).ShouldBeTrue();
        (await StartsAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task After_the_pause_one_task_starts_and_no_other_before_it_had_an_answer()
    {
        Fail(5);
        await UntilHalfOpenAsync();

        (await StartsAsync()).ShouldBeFalse("the probe is under way");
        _circuit.Succeeded();
        (await StartsAsync()).ShouldBeTrue();
        (await StartsAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_probe_is_used_up_by_a_lease_and_not_by_an_empty_queue()
    {
        Fail(5);
        _time.Advance(TimeSpan.FromMinutes(1));

        (await StartsAsync(isEmpty: true)).ShouldBeTrue();
        (await StartsAsync()).ShouldBeTrue();
        (await StartsAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_probe_that_fails_doubles_the_pause_up_to_a_quarter_of_an_hour_and_a_quarter_of_that()
    {
        Fail(5);
        var pauses = new List<TimeSpan>();
        for (var probe = 0; probe < 8; probe++)
        {
            pauses.Add(await UntilHalfOpenAsync());
            Fail(1);
        }

        var expected = new[] { 30, 60, 120, 240, 480, 900, 900, 900 };
        for (var probe = 0; probe < expected.Length; probe++)
            pauses[probe].TotalSeconds.ShouldBeInRange(expected[probe], (expected[probe] * 1.25) + 1, $"probe {probe}");
    }

    [Fact]
    public async Task A_probe_without_a_word_is_followed_by_another()
    {
        Fail(5);
        await UntilHalfOpenAsync();
        _time.Advance(TimeSpan.FromMinutes(2));

        (await StartsAsync()).ShouldBeTrue();
        (await StartsAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task What_running_tasks_meet_while_it_is_open_does_not_make_the_pause_longer()
    {
        Fail(5);
        Fail(50);

        (await UntilHalfOpenAsync()).ShouldBeLessThan(TimeSpan.FromSeconds(39));
    }

    [Fact]
    public async Task A_wait_that_the_service_names_is_kept_from_the_first_refusal_on()
    {
        _circuit.Failed(TimeSpan.FromSeconds(90));
        _time.Advance(TimeSpan.FromSeconds(89));
        (await StartsAsync()).ShouldBeFalse();

        _time.Advance(TimeSpan.FromSeconds(1));
        (await StartsAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_refused_key_stops_new_tasks_until_it_changes()
    {
        _circuit.KeyRefused("key-1").ShouldBeTrue();
        _circuit.KeyRefused("key-1").ShouldBeFalse("it is known");
        (await StartsAsync()).ShouldBeFalse();

        _key = "key-2";
        (await StartsAsync()).ShouldBeTrue();
        _circuit.KeyRefused("key-1").ShouldBeFalse("a call that went out before the change");
        (await StartsAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_refused_key_that_nobody_changes_is_tried_again_by_one_task_after_five_minutes()
    {
        _circuit.KeyRefused("key-1");
        _time.Advance(TimeSpan.FromMinutes(5));

        (await StartsAsync()).ShouldBeTrue();
        (await StartsAsync()).ShouldBeFalse();
        _circuit.KeyRefused("key-1").ShouldBeTrue();
        (await StartsAsync()).ShouldBeFalse();
    }

    private void Fail(int times)
    {
        for (var time = 0; time < times; time++)
            _circuit.Failed(null);
    }

    /// <summary>Lets a second pass at a time until a task starts.</summary>
    private async Task<TimeSpan> UntilHalfOpenAsync()
    {
        var began = _time.GetUtcNow();
        while (!await StartsAsync())
            _time.Advance(TimeSpan.FromSeconds(1));
        return _time.GetUtcNow() - began;
    }

    /// <summary>True when the claim was let through.</summary>
    private async Task<bool> StartsAsync(bool isEmpty = false)
    {
        var asked = false;
        var lease = await _circuit.GuardAsync(
            _ =>
            {
                asked = true;
                return Task.FromResult(isEmpty ? null : new TaskLease(Waiting, 1, "worker"));
            },
            TestContext.Current.CancellationToken);
        (lease is not null).ShouldBe(asked && !isEmpty);
        return asked;
    }
}
