using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Settings;

/// <summary>
/// Sizes as admins write them: <c>512</c> (bytes), <c>600K</c>, <c>300MB</c>, <c>1.5GiB</c>. K, M, G, T count by 1024, as in systemd.
/// </summary>
internal static partial class ByteSize
{
    private const string Units = "KMGT";

    public static double? TryParse(string text)
    {
        var match = Form().Match(text.Trim());
        if (!match.Success)
        {
            return null;
        }

        var number = double.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture);
        var unit = match.Groups["u"].Value.ToUpperInvariant();
        return unit.Length == 0 ? number : number * Math.Pow(1024, Units.IndexOf(unit[0]) + 1);
    }

    public static string Format(double bytes)
    {
        var step = bytes < 1024 ? 0 : Math.Min(Units.Length, (int)Math.Log(bytes, 1024));
        return step == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / Math.Pow(1024, step):0.#} {Units[step - 1]}iB");
    }

    [GeneratedRegex(@"^(?<n>\d+(?:\.\d+)?)\s*(?:(?<u>[KMGT])(?:i?B)?|B)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
