using System.Collections.Concurrent;
using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Components;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace ClaudeBot.StatusWeb.Charts;

/// <summary>One layer of bars, stacked on those before it.</summary>
/// <param name="Class">The class of its bars in the style sheet.</param>
/// <param name="Show">A value for people.</param>
internal sealed record Layer(string Name, string Class, IReadOnlyList<double> Values, Func<double, string> Show);

/// <summary>
/// Draws bars over time with OxyPlot, as SVG to stand in a page. The library writes colours into <c>style</c>, which the
/// pages' policy forbids: here each colour is only a name for a class, so that the style sheet decides, light or dark.
/// </summary>
internal static class ActivityChart
{
    private const int Width = 460;
    private const int Height = 170;
    private static readonly OxyColor Text = OxyColor.FromRgb(1, 0, 0);
    private static readonly OxyColor Line = OxyColor.FromRgb(2, 0, 0);

    // A page is asked for far more often than its figures change.
    private const int MostKept = 64;
    private static readonly ConcurrentDictionary<string, MarkupString> Kept = new(StringComparer.Ordinal);

    /// <param name="labels">One for each value of a layer.</param>
    /// <param name="summary">The chart in words; charts of another kind have other words.</param>
    /// <param name="isWhole">True: the values are counts.</param>
    public static MarkupString Draw(IReadOnlyList<string> labels, IReadOnlyList<Layer> layers, string summary, bool isWhole)
    {
        if (Kept.Count >= MostKept)
            Kept.Clear();
        var figures = layers.SelectMany(layer => layer.Values).Select(value => value.ToString("R", CultureInfo.InvariantCulture));
        return Kept.GetOrAdd(string.Join('|', [summary, .. labels, .. figures]), _ => DrawNew(labels, layers, summary, isWhole));
    }

    private static MarkupString DrawNew(IReadOnlyList<string> labels, IReadOnlyList<Layer> layers, string summary, bool isWhole)
    {
        var classes = new Dictionary<string, string> { [Key(Text)] = "label", [Key(Line)] = "line" };
        var model = new PlotModel { Background = OxyColors.Transparent, PlotAreaBorderThickness = new OxyThickness(0), TextColor = Text, DefaultFontSize = 12, Padding = new OxyThickness(4), PlotMargins = new OxyThickness(38, double.NaN, 14, 26) };
        model.Axes.Add(new CategoryAxis { Position = AxisPosition.Bottom, ItemsSource = labels, MajorStep = Math.Max(1, labels.Count / 6), TickStyle = TickStyle.None, GapWidth = 0.2, AxislineStyle = LineStyle.Solid, AxislineColor = Line });
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Minimum = 0,
            Maximum = Top(layers, isWhole),
            MinimumMajorStep = isWhole ? 1 : 0,
            IntervalLength = 45,
            StringFormat = isWhole ? "0" : "0.##",
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = Line,
            TickStyle = TickStyle.None,
            AxislineStyle = LineStyle.None,
        });
        var below = new double[labels.Count];
        foreach (var (number, layer) in layers.Index())
        {
            var colour = OxyColor.FromRgb((byte)(10 + number), 0, 0);
            classes[Key(colour)] = layer.Class;
            var series = new RectangleBarSeries { FillColor = colour, StrokeThickness = 0 };
            for (var i = 0; i < labels.Count; i++)
            {
                series.Items.Add(new RectangleBarItem(i - 0.4, below[i], i + 0.4, below[i] + layer.Values[i]));
                below[i] += layer.Values[i];
            }

            model.Series.Add(series);
        }

        var svg = XDocument.Parse(new SvgExporter { Width = Width, Height = Height }.ExportToString(model)).Root!;
        return new MarkupString(Dressed(svg, classes, labels, layers, summary).ToString(SaveOptions.DisableFormatting));
    }

    private static double Top(IReadOnlyList<Layer> layers, bool isWhole)
    {
        var highest = layers.Count == 0 ? 0 : Enumerable.Range(0, layers[0].Values.Count).Max(i => layers.Sum(layer => layer.Values[i]));
        return highest > 0 ? highest * 1.08 : isWhole ? 4 : 1;
    }

    private static XElement Dressed(XElement svg, Dictionary<string, string> classes, IReadOnlyList<string> labels, IReadOnlyList<Layer> layers, string summary)
    {
        var xmlns = svg.Name.Namespace;
        svg.Descendants(xmlns + "defs").Remove();
        var bars = svg.Descendants(xmlns + "rect").Where(bar => Colour(bar) is { } colour && classes.TryGetValue(colour, out var name) && layers.Any(layer => layer.Class == name)).ToList();
        foreach (var (number, bar) in bars.Index())
        {
            var (layer, i) = (layers[number / labels.Count], number % labels.Count);
            if (layer.Values[i] > 0)
                bar.Add(new XElement(xmlns + "title", $"{labels[i]}: {layer.Show(layer.Values[i])} {layer.Name}"));
            else
                bar.Remove();
        }

        foreach (var shape in svg.Descendants())
        {
            if (Colour(shape) is { } colour && classes.TryGetValue(colour, out var name))
                shape.SetAttributeValue("class", name);
            foreach (var attribute in (string[])["style", "fill", "stroke", "font-family", "font-weight", "clip-path", "shape-rendering"])
                shape.SetAttributeValue(attribute, null);
        }

        svg.SetAttributeValue(XNamespace.Xmlns + "xlink", null);
        svg.SetAttributeValue("version", null);
        svg.SetAttributeValue("width", null);
        svg.SetAttributeValue("height", null);
        svg.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {Height}"));
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", summary);
        return svg;
    }

    private static string? Colour(XElement shape) => shape.Attribute("style")?.Value.Split(';').Select(part => part.Split(':')).Where(part => part is [("fill" or "stroke"), not "none"]).Select(part => part[1]).FirstOrDefault()
        ?? shape.Attribute("fill")?.Value;

    private static string Key(OxyColor colour) => string.Create(CultureInfo.InvariantCulture, $"rgb({colour.R},{colour.G},{colour.B})");
}
