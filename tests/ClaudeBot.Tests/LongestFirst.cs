using System.Reflection;
using ClaudeBot.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace ClaudeBot.Tests;

/// <summary>
/// The tests of one class run one after the other: a class that takes minutes must not be begun last, when the other cores have nothing
/// left to do. Such classes say <c>[Trait("Start", "First")]</c>.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly HashSet<string> Longest =
    [
        .. typeof(LongestFirst).Assembly.GetTypes()
            .Where(type => type.GetCustomAttributes<TraitAttribute>().Any(trait => trait is { Name: "Start", Value: "First" }))
            .Select(type => type.FullName!),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => !Longest.Any(name => collection.TestCollectionDisplayName.Contains($"for {name} ", StringComparison.Ordinal))).ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];
}
