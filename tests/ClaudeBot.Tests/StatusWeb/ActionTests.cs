using System.Net;
using System.Text.Json.Nodes;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Ledger;

namespace ClaudeBot.Tests.StatusWeb;

public sealed class ActionTests : IAsyncLifetime
{
    private LedgerUnderTest _ledger = null!;
    private StatusWebLab _lab = null!;
    private QueuedTask _task = null!;

    public static TheoryData<string> Actions => ["tasks/{0}/cancel", "tasks/{0}/retry", "tasks/{0}/priority", "queue/pause", "queue/resume"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ledger = SqliteLedgers.Create();
        _task = await StatusTasks.AddAsync(_ledger, 1, "Fix the till");
        _lab = await StatusWebLab.StartAsync(_ledger);
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Without_the_token_nothing_is_done_nor_noted(string action)
    {
        var before = await EventsAsync();

        foreach (var token in new[] { null, "", "wrong", StatusWebLab.Token + " x" })
        {
            using var answer = await _lab.PostAsync(Path(action), """{"reason":"r","priority":"urgent"}""", token);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        (await EventsAsync()).ShouldBe(before);
        (await _ledger.Queue.FindAsync(_task.Id, Cancellation)).ShouldBe(_task);
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task With_a_session_but_no_form_of_it_nothing_is_done_nor_noted(string action)
    {
        using var browser = new OperatorBrowser(_lab);
        (await browser.SignInAsync()).Dispose();
        using var other = new OperatorBrowser(_lab);
        (await other.SignInAsync()).Dispose();
        var before = await EventsAsync();

        foreach (var form in new[] { null, "", "made-up", await other.FormTokenAsync("/") })
        {
            using var answer = await browser.PostFormAsync(Path(action), form, ("reason", "r"), ("priority", "urgent"));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        (await EventsAsync()).ShouldBe(before);
        (await _ledger.Queue.FindAsync(_task.Id, Cancellation)).ShouldBe(_task);
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Without_a_bot_in_the_process_actions_say_where_they_work(string action)
    {
        await using var alone = await StatusWebLab.StartAsync();

        using var answer = await alone.PostAsync(Path(action), """{"reason":"r","priority":"urgent"}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotImplemented);
        (await ErrorAsync(answer)).ShouldContain("claude-bot up");
    }

    [Theory]
    [InlineData("/api/queue/resume", null, null)]
    [InlineData("/api/queue/resume", "", null)]
    [InlineData("/api/queue/resume", "{}", "text/plain")]
    [InlineData("/api/status/builder", """{"status":"idle"}""", "application/x-www-form-urlencoded")]
    [InlineData("/api/status/builder", """{"status":"idle"}""", null)]
    public async Task What_is_posted_needs_no_body_where_none_is_asked_for_and_no_type(string path, string? body, string? type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_lab.Address, path)) { Content = body is null ? null : new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body)) };
        request.Content?.Headers.ContentType = type is null ? null : new(type);
        request.Headers.Authorization = new("Bearer", StatusWebLab.Token);

        using var answer = await _lab.Client.SendAsync(request, Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_cancelled_task_has_the_order_and_what_came_of_it_in_its_events()
    {
        using var answer = await _lab.PostAsync(Path("tasks/{0}/cancel"), """{"reason":"wrong\nissue"}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
        body["success"]!.GetValue<bool>().ShouldBeTrue();
        body["task"]!["state"]!.GetValue<string>().ShouldBe("cancelled");
        (await _ledger.Events.OfTaskAsync(_task.Id, Cancellation)).TakeLast(2).Select(entry => (entry.Kind, entry.Actor, entry.Message)).ShouldBe(
        [
            ("operator.cancel", "operator", "Cancel, asked on the status web from 127.0.0.1: wrong issue"),
            ("task.cancelled", "operator", "wrong issue"),
        ]);
    }

    [Fact]
    public async Task A_cancelled_task_can_be_retried_and_an_active_one_cannot()
    {
        using var early = await _lab.PostAsync(Path("tasks/{0}/retry"), "");
        early.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await _ledger.Queue.CancelAsync(_task.Id, "by mistake", "operator", Cancellation);

        using var answer = await _lab.PostAsync(Path("tasks/{0}/retry"), "");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _ledger.Queue.FindAsync(_task.Id, Cancellation))!.State.ShouldBe(TaskState.Waiting);
        (await _ledger.Events.OfTaskAsync(_task.Id, Cancellation)).ShouldContain(entry => entry.Kind == "operator.retry" && entry.Message.EndsWith(": no reason given"));
    }

    [Theory]
    [InlineData("""{"priority":"urgent"}""", HttpStatusCode.OK, TaskPriority.Urgent)]
    [InlineData("""{"priority":"LOW"}""", HttpStatusCode.OK, TaskPriority.Low)]
    [InlineData("""{"priority":"3"}""", HttpStatusCode.BadRequest, TaskPriority.Medium)]
    [InlineData("""{"priority":3}""", HttpStatusCode.BadRequest, TaskPriority.Medium)]
    [InlineData("{}", HttpStatusCode.BadRequest, TaskPriority.Medium)]
    [InlineData("[]", HttpStatusCode.BadRequest, TaskPriority.Medium)]
    [InlineData("no json", HttpStatusCode.BadRequest, TaskPriority.Medium)]
    [InlineData("""{"reason":"\ud800","priority":"low"}""", HttpStatusCode.BadRequest, TaskPriority.Medium)]
    [InlineData("""{"priority":"low","priority":"low"}""", HttpStatusCode.BadRequest, TaskPriority.Medium)]
    public async Task A_priority_is_one_of_the_four_words(string body, HttpStatusCode expected, TaskPriority priority)
    {
        using var answer = await _lab.PostAsync(Path("tasks/{0}/priority"), body);

        answer.StatusCode.ShouldBe(expected);
        (await _ledger.Queue.FindAsync(_task.Id, Cancellation))!.Priority.ShouldBe(priority);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("priority")]
    public async Task An_ended_task_is_left_as_it_is(string action)
    {
        await _ledger.Queue.CancelAsync(_task.Id, "over", "operator", Cancellation);

        using var answer = await _lab.PostAsync(Path("tasks/{0}/" + action), """{"priority":"high"}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ErrorAsync(answer)).ShouldContain("has ended");
    }

    [Theory]
    [InlineData("no-such-task")]
    [InlineData("..%2F..%2Fetc")]
    public async Task An_unknown_task_is_404(string id)
    {
        using var answer = await _lab.PostAsync($"/api/tasks/{id}/cancel", "");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_queue_is_paused_for_a_reason_only_and_resumed()
    {
        using var unreasoned = await _lab.PostAsync("/api/queue/pause", """{"reason":"  "}""");
        unreasoned.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await _ledger.Queue.PausedReasonAsync(Cancellation)).ShouldBeNull();

        using var paused = await _lab.PostAsync("/api/queue/pause", """{"reason":"key rotation"}""");
        paused.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _ledger.Queue.PausedReasonAsync(Cancellation)).ShouldBe("key rotation");
        (await _lab.ReadAsync("/")).ShouldMatch("The queue is paused: paused by operator since [^:]+:[^:]+:[^:]+: key rotation");

        using var resumed = await _lab.PostAsync("/api/queue/resume", "");
        (await resumed.Content.ReadAsStringAsync(Cancellation)).ShouldBe("""{"success":true,"paused":false}""");
        (await _ledger.Queue.PausedReasonAsync(Cancellation)).ShouldBeNull();
        (await EventsAsync()).Select(entry => entry.Kind).ShouldBe(["task.queued", "operator.pause", "queue.paused", "operator.resume", "queue.resumed"]);
    }

    [Fact]
    public async Task A_reason_is_one_masked_line_of_bounded_length()
    {
        var reason = $"leaked {StatusWebLab.Token} \u001b[2J\r\n{new string('x', 600)}";

        (await _lab.PostAsync("/api/queue/pause", new JsonObject { ["reason"] = reason }.ToJsonString())).Dispose();

        var kept = (await _ledger.Queue.PausedReasonAsync(Cancellation))!;
        kept.ShouldStartWith("leaked *** [2J xxx");
        kept.Length.ShouldBeLessThanOrEqualTo(500);
    }

    [Fact]
    public async Task The_buttons_of_a_page_act_and_lead_back_to_it()
    {
        using var browser = new OperatorBrowser(_lab);
        var page = $"/tasks/{_task.Id}";
        (await browser.ReadAsync(page)).ShouldNotContain("action=\"/api/");
        (await browser.SignInAsync(next: page)).Dispose();
        (await browser.ReadAsync(page)).ShouldContain($"action=\"/api/tasks/{_task.Id}/cancel\"");

        using var answer = await browser.PostFormAsync(Path("tasks/{0}/cancel"), await browser.FormTokenAsync(page), ("reason", "<b>wrong</b>"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.ShouldBe(page);
        var after = await browser.ReadAsync(page);
        after.ShouldContain("&lt;b&gt;wrong&lt;/b&gt;");
        after.ShouldContain($"action=\"/api/tasks/{_task.Id}/retry\"");
        using var again = await browser.PostFormAsync(Path("tasks/{0}/cancel"), await browser.FormTokenAsync(page));
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await again.Content.ReadAsStringAsync(Cancellation)).ShouldContain("nothing to cancel");
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_broken_form_is_refused(string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_lab.Address, "/api/queue/pause")) { Content = new StringContent(string.Join('&', Enumerable.Range(0, 2000).Select(i => $"a{i}=b"))) };
        request.Content.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.Authorization = new("Bearer", StatusWebLab.Token);

        using var answer = await _lab.Client.SendAsync(request, Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ErrorAsync(answer)).ShouldContain("neither a form nor a JSON object");
    }

    [Fact]
    public async Task An_action_with_an_endless_body_is_refused()
    {
        using var answer = await _lab.PostAsync("/api/queue/pause", new JsonObject { ["reason"] = new string('x', 20_000) }.ToJsonString());

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await _ledger.Queue.PausedReasonAsync(Cancellation)).ShouldBeNull();
    }

    private string Path(string action) => "/api/" + string.Format(System.Globalization.CultureInfo.InvariantCulture, action, _task.Id);

    private async Task<IReadOnlyList<LedgerEvent>> EventsAsync() =>
        [.. (await _ledger.Events.SinceAsync(DateTimeOffset.MinValue, 100, Cancellation)).Where(entry => entry.Kind != "operator.signed_in")];

    private static async Task<string> ErrorAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!["error"]!.GetValue<string>();
}
