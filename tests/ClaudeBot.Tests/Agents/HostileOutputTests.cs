using ClaudeBot.Agents;
using ClaudeBot.Secrets;
using ClaudeBot.Tests.Ledger;

namespace ClaudeBot.Tests.Agents;

/// <summary>What stands on the agent's standard output may come from anything that it runs: no line of it breaks the run, hides a secret or fills the disk.</summary>
public sealed class HostileOutputTests : IDisposable
{
    private const string Secret = "hunter2-hunter2-hunter2";

    private readonly TemporaryFolder _folder = new();
    private readonly SecretMask _mask = new();
    private readonly List<AgentEvent> _events = [];

    public HostileOutputTests() => _mask.Register(Secret);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Lines =>
    [
        """{"type":"assistant","message":"x"}""",
        """{"type":"assistant","message":[1]}""",
        """{"type":"assistant","message":{"content":{"a":1}}}""",
        """{"type":"assistant","message":{"content":[null,1,"x",[],{"type":1},{"type":"text","text":[]},{"type":"tool_use","name":[],"input":"x"}]}}""",
        """{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Read","input":{"file_path":""}}]}}""",
        """{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Read","input":{"file_path":"a\u0000b"}}]}}""",
        """{"type":"assistant","type":"result","message":1}""",
        """{"type":"assistant","message":{"content":[{"type":"text","text":"cut in the middle \ud83d"}]}}""",
        """{"type":"assistant","message":{"content":[{"type":"text","text":"\ud83d\ud83d\udc00\udc00 \\ud83d\udc00 \\\ud83d"}]}}""",
        """{"type":["result"],"session_id":{"x":1}}""",
        """{"type":"system","subtype":"api_retry","attempt":{},"error":[],"max_retries":null}""",
        """{"hunter2-hunter2-hunter2":1,"a hunter2-hunter2-hunter2":2,"***":3}""",
        "[]", "null", "1", "\"x\"", "", "{", "\u0000", "{\"type\":\"assistant\",\"message\":" + new string('[', 10_000),
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public void No_line_breaks_the_run_and_the_next_one_is_read(string line)
    {
        using (var transcript = Open())
        {
            var output = Output(transcript);
            output.Read(line);
            output.Read("""{"type":"result","subtype":"success","result":"Done.","num_turns":2}""");

            output.Result!["result"]!.ToString().ShouldBe("Done.");
        }

        File.ReadAllText(Path).ShouldNotContain(Secret);
        File.ReadAllLines(Path).Length.ShouldBe(2);
    }

    [Fact]
    public void Half_a_character_costs_no_more_than_itself()
    {
        using var transcript = Open();

        Output(transcript).Read("""{"type":"assistant","message":{"content":[{"type":"text","text":"cut \ud83d off"}]}}""");

        _events.ShouldHaveSingleItem().Text.ShouldBe("cut \ufffd off");
    }

    [Theory]
    [InlineData("""{"num_turns":"x","total_cost_usd":"y"}""")]
    [InlineData("""{"num_turns":[1],"total_cost_usd":{}}""")]
    [InlineData("""{"num_turns":-1,"total_cost_usd":-1000}""")]
    [InlineData("""{"num_turns":99999999999999999999,"total_cost_usd":1e400}""")]
    [InlineData("""{"terminal_reason":"api_error","is_error":true,"api_error_status":"x"}""")]
    public void Numbers_that_are_none_count_as_zero(string result)
    {
        using var transcript = Open();
        var output = Output(transcript);
        output.Read("""{"type":"result",""" + result[1..]);

        (output.Turns, output.CostUsd).ShouldBe((0, 0m));
        ClaudeCodeEnding.Of(output.Result, null, null).Ending.ShouldBeOneOf(AgentEnding.Completed, AgentEnding.Crashed, AgentEnding.Failed);
    }

    [Fact]
    public void A_transcript_ends_at_its_limit_and_says_so_and_the_result_is_read_all_the_same()
    {
        using (var transcript = new Transcript(Path, _mask) { MostCharacters = 10_000 })
        {
            var output = Output(transcript);
            for (var i = 0; i < 1_000; i++)
                output.Read($$"""{"type":"noise","text":"{{new string('x', 100)}}"}""");
            output.Read("""{"type":"result","subtype":"success","result":"Done."}""");

            output.Result.ShouldNotBeNull();
        }

        new FileInfo(Path).Length.ShouldBeLessThan(11_000);
        File.ReadAllLines(Path)[^1].ShouldContain("The transcript ends here");
    }

    private string Path => System.IO.Path.Combine(_folder.Path, "transcript.ndjson");

    private Transcript Open() => new(Path, _mask);

    private ClaudeCodeOutput Output(Transcript transcript)
    {
        var request = new AgentRequest
        {
            TaskId = TaskId.Parse("octo--greeter--issue-1-abc123"),
            WorkTree = "/work",
            Home = "/home",
            Prompt = "",
            Gateway = new GatewayPass(new Uri("http://127.0.0.1:1"), "pass"),
            TranscriptPath = Path,
            Timeout = TimeSpan.FromMinutes(2),
            StallTimeout = TimeSpan.FromMinutes(1),
            OnEvent = _events.Add,
        };
        return new ClaudeCodeOutput(transcript, _mask, new AgentClock(TimeProvider.System, request, TestContext.Current.CancellationToken), request);
    }
}
