using System.Text.Json;
using ClaudeBot.Commands;

namespace ClaudeBot.Tests.Commands;

public sealed class QueueCommandsTests : IDisposable
{
    private static readonly string[] TaskFields =
    [
        "id", "kind", "repository", "issue", "title", "description", "priority", "state", "reason", "requested_by", "branch", "attempts",
        "created_at", "updated_at", "not_before", "started_at", "ended_at", "pull_request_url", "head_sha", "cost_usd",
    ];

    private readonly CommandRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_task_is_added_listed_and_shown_with_the_stable_fields()
    {
        var id = await _room.AddAsync("--issue", "42", "--priority", "high");
        id.ShouldStartWith("acme--shop--issue-42-");

        var list = (await _room.RunAsync("queue", "list", "--json")).Json;
        Fields(list).ShouldBe(["paused_reason", "paused_by", "paused_since", "tasks"]);
        var listed = list.GetProperty("tasks").EnumerateArray().ShouldHaveSingleItem();
        Fields(listed).ShouldBe(TaskFields);

        var shown = (await _room.RunAsync("queue", "show", id, "--json")).Json;
        Fields(shown).ShouldBe(TaskFields);
        shown.GetProperty("state").GetString().ShouldBe("waiting");
        shown.GetProperty("kind").GetString().ShouldBe("manual");
        shown.GetProperty("priority").GetString().ShouldBe("high");
        shown.GetProperty("issue").GetInt32().ShouldBe(42);
        shown.GetProperty("requested_by").GetString().ShouldBe("operator");
        shown.GetProperty("created_at").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_second_task_for_the_same_issue_names_the_first()
    {
        var id = await _room.AddAsync("--issue", "42");
        var second = await _room.RunAsync("queue", "add", "--title", "Again", "--description", "Again.", "--issue", "42", "--json");
        second.Code.ShouldBe(ExitCode.Failed);
        second.Json.GetProperty("result").GetString().ShouldBe("already_active");
        second.Json.GetProperty("task_id").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task A_full_queue_takes_no_more_until_there_is_room()
    {
        _room.Environment["MAX_WAITING_TASKS"] = "1";
        var first = await _room.AddAsync();

        var refused = await _room.RunAsync("queue", "add", "--title", "Again", "--description", "Again.", "--json");
        refused.Code.ShouldBe(ExitCode.Failed);
        refused.Error.ShouldContain("Nothing was added. The queue is full: 1 tasks wait, and MAX_WAITING_TASKS allows no more.");

        await _room.RunAsync("queue", "cancel", first);
        await _room.AddAsync();
    }

    [Fact]
    public async Task A_task_is_cancelled_once_and_then_retried()
    {
        var id = await _room.AddAsync();

        (await _room.RunAsync("queue", "cancel", id)).Code.ShouldBe(ExitCode.Ok);
        (await StateAsync(id)).ShouldBe("cancelled");
        var again = await _room.RunAsync("queue", "cancel", id);
        again.Code.ShouldBe(ExitCode.Failed);
        again.Error.ShouldContain("it is not active");

        (await _room.RunAsync("queue", "retry", id)).Code.ShouldBe(ExitCode.Ok);
        (await StateAsync(id)).ShouldBe("waiting");
    }

    [Fact]
    public async Task A_pause_shows_its_reason_until_the_queue_resumes()
    {
        await _room.AddAsync();
        (await _room.RunAsync("queue", "pause", "--reason", "key rotation")).Code.ShouldBe(ExitCode.Ok);
        (await PausedAsync()).ShouldBe("key rotation");
        (await _room.RunAsync("queue", "resume")).Code.ShouldBe(ExitCode.Ok);
        (await PausedAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task The_list_can_be_narrowed_to_states()
    {
        var cancelled = await _room.AddAsync();
        await _room.AddAsync();
        await _room.RunAsync("queue", "cancel", cancelled);
        var found = (await _room.RunAsync("queue", "list", "--state", "cancelled", "needs_input", "--json")).Json.GetProperty("tasks");
        found.EnumerateArray().ShouldHaveSingleItem().GetProperty("id").GetString().ShouldBe(cancelled);
    }

    [Fact]
    public async Task Without_a_terminal_the_list_has_tabs_and_no_control_characters_of_a_title()
    {
        await _room.AddAsync("--repo", "acme/site", "--issue", "7");
        await _room.RunAsync("queue", "add", "--title", "red \u001b[31m\nline", "--description", "x");
        var lines = (await _room.RunAsync("queue", "list")).Out.TrimEnd().Split('\n');
        lines.Length.ShouldBe(2);
        lines.ShouldAllBe(line => line.Split('\t', StringSplitOptions.None).Length == 5);
        lines[0].ShouldContain("\\x1b[31m");
    }

    [Theory]
    [InlineData("queue", "show", "../../etc/passwd")]
    [InlineData("queue", "list", "--state", "sleeping")]
    [InlineData("queue", "add", "--title", "x")]
    [InlineData("queue", "add", "--title", "x", "--description", "y", "--repo", "no-slash")]
    [InlineData("queue", "juggle")]
    [InlineData("--set", "nonsense", "queue", "list")]
    public async Task Wrong_usage_ends_with_2(params string[] arguments) =>
        (await _room.RunAsync(arguments)).Code.ShouldBe(ExitCode.Usage);

    [Fact]
    public async Task A_task_that_is_not_there_is_a_failure_that_says_so()
    {
        var shown = await _room.RunAsync("queue", "show", "acme--shop--issue-1-abc234");
        shown.Code.ShouldBe(ExitCode.Failed);
        shown.Error.ShouldContain("There is no task acme--shop--issue-1-abc234");
    }

    private async Task<string?> StateAsync(string id) => (await _room.RunAsync("queue", "show", id, "--json")).Json.GetProperty("state").GetString();

    private async Task<string?> PausedAsync() => (await _room.RunAsync("queue", "list", "--json")).Json.GetProperty("paused_reason").GetString();

    private static string[] Fields(JsonElement json) => [.. json.EnumerateObject().Select(field => field.Name)];
}
