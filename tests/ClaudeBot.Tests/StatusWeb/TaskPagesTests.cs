using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Operations;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.StatusWeb.Pages;
using ClaudeBot.StatusWeb.Tasks;
using ClaudeBot.StatusWeb.Transcripts;
using ClaudeBot.Tests.Ledger;

namespace ClaudeBot.Tests.StatusWeb;

public sealed class TaskPagesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/security")]
    [InlineData("/configuration")]
    [InlineData("/system")]
    [InlineData("/tasks/{0}/transcript")]
    [InlineData("/tasks/{0}/diff")]
    public async Task Some_pages_are_for_operators_even_where_reading_is_open(string path)
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await StatusTasks.AddAsync(ledger, 1, "Fix the till");
        await using var lab = await StatusWebLab.StartAsync(ledger);
        var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, path, task.Id);

        using var refused = await lab.GetAsync(address);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(lab.Address, address)) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", StatusWebLab.Token) } };
        using var shown = await lab.Client.SendAsync(request, Cancellation);
        shown.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_list_is_searched_filtered_and_paged_by_its_address_alone()
    {
        await using var ledger = SqliteLedgers.Create();
        for (var issue = 1; issue <= 30; issue++)
            await StatusTasks.AddAsync(ledger, issue, issue % 2 == 0 ? $"Fix till {issue}" : $"Paint door {issue}");
        await using var lab = await StatusWebLab.StartAsync(ledger);

        var first = await lab.ReadAsync("/tasks?q=paint+door&state=waiting&repository=acme%2Fshop");
        first.ShouldContain("Paint door 29");
        first.ShouldNotContain("Fix till");
        first.ShouldNotContain("Older tasks");
        var all = await lab.ReadAsync("/tasks?state=waiting");
        var next = System.Text.RegularExpressions.Regex.Match(all, "href=\"(/tasks\\?state=waiting&amp;before=[^\"]+)\" rel=\"next\"").Groups[1].Value;
        (await lab.ReadAsync(WebUtility.HtmlDecode(next))).ShouldContain("Paint door 5");
        using var wrong = await lab.GetAsync("/tasks?repository=none");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await lab.ReadAsync("/tasks?q=%22%27*%3A%28")).ShouldContain("No task is like that.");
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task The_first_page_is_light()
    {
        await using var stage = await Browsing.Stage.BuildAsync();
        var page = await stage.Web.Client.GetByteArrayAsync(stage.Web.Address, Cancellation);
        var script = await stage.Web.Client.GetByteArrayAsync(new Uri(stage.Web.Address, StatusAssets.Script.Address), Cancellation);
        var rest = 0;
        foreach (var asset in new[] { StatusAssets.Style.Address, StatusAssets.Icon.Address })
            rest += (await stage.Web.Client.GetByteArrayAsync(new Uri(stage.Web.Address, asset), Cancellation)).Length;

        (page.Length + rest).ShouldBeLessThan(100_000);
        script.Length.ShouldBeLessThan(8_000);
    }

    [Fact]
    public async Task A_report_of_many_tasks_keeps_within_what_a_status_web_takes_whatever_their_texts()
    {
        await using var ledger = SqliteLedgers.Create();
        var text = new string('界', 20_000);
        var task = await StatusTasks.AddAsync(ledger, 1, text);
        var lease = (await ledger.Queue.ClaimAsync(new WorkerIdentity(text, "boot"), new QueueOptions(), Cancellation))!;
        await ledger.Journal.BeginStepAsync(task.Id, lease.Fence, RunStep.Push, new JsonObject { ["headSha"] = "abc", ["summary"] = text, ["draftReason"] = text, ["heldBack"] = new JsonArray([.. Enumerable.Repeat(text, 20).Select(path => (JsonNode)path)]) }.ToJsonString(), Cancellation);
        for (var i = 0; i < 12; i++)
            await ledger.Events.AppendAsync("task.note", text, task.Id, null, text, Cancellation);
        var tasks = new LedgerTasks(ledger.Queue, ledger.Journal, ledger.Events, ledger.Views, ledger.Time, new Uri("https://github.com"));

        var told = (await tasks.RecentAsync(25, 10, Cancellation)).ShouldHaveSingleItem();

        told.Change!.HeldBack.Count.ShouldBe(10);
        told.Events[^1].Message.Length.ShouldBe(201);
        // Twice 25 of them leave room in a megabyte for all the rest.
        (JsonSerializer.SerializeToUtf8Bytes(told, ReportJson.Form).Length * 50).ShouldBeLessThan(900_000);
    }

    [Theory]
    [InlineData("""{"type":"assistant","message":{"content":[{"type":"text","text":"hello"}]}}""", "agent", "", "hello")]
    [InlineData("""{"type":"assistant","content":[{"type":"text","text":"hello"}]}""", "agent", "", "hello")]
    [InlineData("""{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Bash","input":{"command":"ls","timeout":5}}]}}""", "tool", "Bash", "command: ls\ntimeout: 5")]
    [InlineData("""{"type":"user","content":[{"type":"tool_result","content":"no such file","is_error":true}]}""", "failure", "", "no such file")]
    [InlineData("""{"type":"user","message":{"content":[{"type":"tool_result","content":[{"type":"text","text":"a.txt"}]}]}}""", "result", "", "a.txt")]
    [InlineData("""{"type":"result","subtype":"success","result":"done"}""", "end", "success", "done")]
    [InlineData("""{"type":"raw","text":"not json"}""", "note", "", "not json")]
    [InlineData("not json", "note", "", "not json")]
    [InlineData("""{"type":{"odd":1},"message":[]}""", "note", """{"odd":1}""", "")]
    [InlineData("""{"type":"assistant","message":{"content":"words"}}""", "agent", "", "words")]
    [InlineData("""{"a":1,"a":2}""", "note", "", """{"a":1,"a":2}""")]
    public void A_line_of_a_transcript_is_read_whatever_it_is(string line, string kind, string title, string text) =>
        TranscriptEntry.OfLine(line).ShouldHaveSingleItem().ShouldBe(new TranscriptEntry(kind, title, text));

    [Fact]
    public async Task A_transcript_is_read_in_parts_and_only_that_of_the_task()
    {
        await using var lab = await StatusWebLab.StartAsync();
        Directory.CreateDirectory(lab.Transcripts);
        foreach (var name in new[] { "a-1.ndjson", "a-1-repair-1.ndjson", "a-2.ndjson", "a-1-1.ndjson", "a-b-1.ndjson", "a-x.ndjson" })
            await File.WriteAllLinesAsync(Path.Combine(lab.Transcripts, name), Enumerable.Range(0, 5).Select(line => $$"""{"type":"raw","text":"{{name}} {{line}}"}"""), Cancellation);
        var files = new TranscriptFiles(new ClaudeBot.StatusWeb.StatusWebOptions { DataDirectory = lab.Folder, TranscriptDirectory = lab.Transcripts, Token = new ClaudeBot.Secrets.SecretSource("STATUS_TOKEN", () => null, new ClaudeBot.Secrets.SecretMask()) }, lab.Time);

        files.Of(TaskId.Parse("a")).Select(file => file.Name).ShouldBe(["a-1", "a-1-repair-1", "a-2"]);
        var last = await files.ReadAsync(TaskId.Parse("a"), null, null, 2, Cancellation);
        (last.File!.Name, last.First, last.Total).ShouldBe(("a-2", 3, 5));
        last.Entries.Select(entry => entry.Text).ShouldBe(["a-2.ndjson 3", "a-2.ndjson 4"]);
        var part = await files.ReadAsync(TaskId.Parse("a"), "a-1", 1, 2, Cancellation);
        part.Entries.Select(entry => entry.Text).ShouldBe(["a-1.ndjson 1", "a-1.ndjson 2"]);
        (await files.ReadAsync(TaskId.Parse("a"), "a-1", int.MaxValue, 2, Cancellation)).First.ShouldBe(5, "a number behind the end is the end");
        await File.WriteAllTextAsync(Path.Combine(lab.Transcripts, "a-1.ndjson"), new string('x', 3_000_000) + "\nnext\r\n\nlast", Cancellation);
        var after = await files.ReadAsync(TaskId.Parse("a"), "a-1", null, 4, Cancellation);
        after.Total.ShouldBe(4);
        after.Entries.Skip(1).Select(entry => entry.Text).ShouldBe(["next", "", "last"]);
        after.Entries[0].Text.ShouldContain($"({TranscriptFiles.LongestLine - 4_000} more characters)", customMessage: "a very long line is cut before it is kept");
        (await files.ReadAsync(TaskId.Parse("a"), "../../etc/passwd", null, 2, Cancellation)).File!.Name.ShouldBe("a-2");
    }
}
