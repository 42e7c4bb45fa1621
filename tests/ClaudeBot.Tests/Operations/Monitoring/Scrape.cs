using System.Globalization;
using ClaudeBot.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Operations.Monitoring;

/// <summary>One answer of <c>/metrics</c>.</summary>
internal sealed class Scrape
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    private Scrape(string text)
    {
        Text = text;
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var end = line.LastIndexOf(' ');
            _values[line[..end]] = double.Parse(line[(end + 1)..], CultureInfo.InvariantCulture);
        }
    }

    public string Text { get; }

    /// <summary>Series as they stand in the text, without their values.</summary>
    public IReadOnlyCollection<string> Series => _values.Keys;

    /// <summary>The value of a series; <paramref name="labels"/> in the order of the text, <c>bot_id</c> left out.</summary>
    public double this[string name, string labels = ""] =>
        _values[name + "{" + (labels.Length == 0 ? "" : labels + ",") + "bot_id=\"bot-of-tests\"}"];

    public static async Task<Scrape> OfAsync(WebApplication host)
    {
        using var http = new HttpClient();
        var port = host.Services.GetRequiredService<Doors>().Ports[Door.Metrics];
        return new Scrape(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken));
    }
}
