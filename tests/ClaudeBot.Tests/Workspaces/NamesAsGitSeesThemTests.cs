using System.Text;
using ClaudeBot.Workspaces;
using static ClaudeBot.Tests.Workspaces.GitServer;

namespace ClaudeBot.Tests.Workspaces;

/// <summary>Made-up names, the same in each run: what git itself refuses must be refused here before git is asked.</summary>
[Trait("Length", "Long")]
public sealed class NamesAsGitSeesThemTests : IDisposable
{
    private const int Names = 600;

    private readonly string _folder = Directory.CreateTempSubdirectory("claude-bot-names-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_name_that_git_takes_for_its_own_is_one_here()
    {
        string[] pieces = [".", "g", "G", "i", "I", "t", "T", "~1", " ", ":", "::$INDEX_ALLOCATION", "\u200c", "\u200d", "\ufeff", "\u206a", "x"];
        string[] seeds = [".git", ".GIT", "git~1", ".gi\u200ct", "x.git", ".gitx"];
        var names = Made(seeds, pieces).ToList();

        var refused = await RefusedAsync(
            names,
            "git init -q . 2>/dev/null; b=$(echo x | git hash-object -w --stdin)",
            "git -c core.protectHFS=true -c core.protectNTFS=true update-index --add --cacheinfo \"100644,$b,$n\"");

        refused.Count.ShouldBeInRange(50, Names - 50, "the names are neither all good nor all bad");
        refused.Where(name => !GitName.IsGit(name)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_branch_that_git_refuses_is_refused_here()
    {
        string[] pieces = ["a", "/", ".", "..", "-", "@", "@{", "~", "^", ":", "?", "*", "[", "\\", " ", "\t", "\n", ".lock", "refs/heads/", "\u007f", "é"];
        var names = Made(["bot/issue-1", "a", "-a", "@"], pieces).ToList();

        var refused = await RefusedAsync(names, "true", "git check-ref-format --branch \"$n\"");

        refused.Count.ShouldBeInRange(50, Names - 50, "the names are neither all good nor all bad");
        refused.Where(BranchRule.IsBranch).ShouldBeEmpty();
    }

    /// <summary>Each a seed with up to four pieces put in anywhere.</summary>
    private static IEnumerable<string> Made(string[] seeds, string[] pieces)
    {
        var random = new Random(20_240_601);
        for (var made = 0; made < Names; made++)
        {
            var name = new StringBuilder(seeds[random.Next(seeds.Length)]);
            for (var more = random.Next(5); more > 0; more--)
                name.Insert(random.Next(name.Length + 1), pieces[random.Next(pieces.Length)]);
            yield return name.ToString();
        }
    }

    private async Task<List<string>> RefusedAsync(List<string> names, string before, string command)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "names"), string.Concat(names.Select(name => $"{name}\0")), TestContext.Current.CancellationToken);
        var output = await ShellAsync(
            _folder,
            $"{before}; i=0; while IFS= read -r -d '' n; do {command} >/dev/null 2>&1 || echo $i; i=$((i+1)); done < names");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => names[int.Parse(line, System.Globalization.CultureInfo.InvariantCulture)])];
    }
}
