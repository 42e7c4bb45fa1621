using System.Globalization;
using System.Text.RegularExpressions;
using ClaudeBot.Sandbox;

namespace ClaudeBot.Tests.Sandbox;

/// <summary>A wrong number would deny an innocent call and let the dangerous one through, and nobody would notice on the other kind of machine.</summary>
public sealed class SystemCallFilterTests
{
    [Fact]
    public void The_numbers_on_arm64_are_those_of_the_kernel()
    {
        // The table of all machines that came after it was made.
        var numbers = Numbers("/usr/include/asm-generic/unistd.h");

        foreach (var (name, _, number) in SystemCallFilter.Denied)
            numbers[name].ShouldBe(number, name);
        (numbers["socket"], numbers["ioctl"]).ShouldBe((SystemCallFilter.Socket.OnArm64, SystemCallFilter.Ioctl.OnArm64));
    }

    [Fact]
    public void The_numbers_on_x64_are_those_of_the_kernel()
    {
        const string table = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";
        Assert.SkipUnless(File.Exists(table), "a machine of another kind does not have this table");
        var numbers = Numbers(table);

        foreach (var (name, number, _) in SystemCallFilter.Denied)
            numbers[name].ShouldBe(number, name);
        (numbers["socket"], numbers["ioctl"]).ShouldBe((SystemCallFilter.Socket.OnX64, SystemCallFilter.Ioctl.OnX64));
    }

    private static Dictionary<string, uint> Numbers(string header) =>
        Regex.Matches(File.ReadAllText(header), @"^#define __NR(?:3264)?_(?<name>\w+)\s+(?<number>\d+)$", RegexOptions.Multiline)
            .DistinctBy(match => match.Groups["name"].Value)
            .ToDictionary(match => match.Groups["name"].Value, match => uint.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture));
}
