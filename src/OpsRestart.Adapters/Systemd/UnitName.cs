using System.Text;

namespace OpsRestart.Adapters.Systemd;

/// <summary>Unit names: as admins type them, as systemd knows them, and as object paths.</summary>
internal static class UnitName
{
    public const string Service = ".service";

    private const string PathPrefix = "/org/freedesktop/systemd1/unit/";
    private const int MaxLength = 255;

    private static readonly string[] Types =
    [
        Service,
        ".socket",
        ".target",
        ".timer",
        ".path",
        ".mount",
        ".automount",
        ".swap",
        ".slice",
        ".scope",
        ".device",
    ];

    /// <summary>systemd's full name of one unit.</summary>
    /// <exception cref="SystemdException">InvalidArgument: it can't be the name of one unit.</exception>
    public static string ToId(string name)
    {
        if (NameMatch.IsPattern(name))
        {
            throw Invalid(name, $"'{name}' has wildcards, but one unit is meant here.", "Look the names up first, and pass those on.");
        }

        var id = WithType(name.Trim());
        if (id.Length > MaxLength || id.StartsWith('.') || id.StartsWith('@') || !id.All(IsUnitChar))
        {
            throw Invalid(name, $"'{name}' is not a unit name.", "A unit name has letters, digits and :-_.\\@ only.");
        }

        return id.Contains("@.", StringComparison.Ordinal)
            ? throw Invalid(name, $"'{name}' is a template, not a unit.", "Give the instance's name too, as in celery@critical.")
            : id;
    }

    /// <summary>The pattern that systemd is to match full names with; without a type it means services.</summary>
    public static string ToPattern(string name)
    {
        var type = name.LastIndexOf('.');
        return type >= 0 && (HasType(name) || NameMatch.IsPattern(name[type..])) ? name : name + Service;
    }

    /// <summary>The name that admins see: services without their suffix.</summary>
    public static string ToDisplay(string id) => id.EndsWith(Service, StringComparison.Ordinal) ? id[..^Service.Length] : id;

    /// <summary>The D-Bus interface of a unit's type: <c>org.freedesktop.systemd1.Service</c>.</summary>
    public static string ToInterface(string id)
    {
        var type = id[(id.LastIndexOf('.') + 1)..];
        return string.Concat("org.freedesktop.systemd1.", char.ToUpperInvariant(type[0]).ToString(), type.AsSpan(1));
    }

    /// <summary>The object path of a unit: all but letters and digits, and a leading digit too, as _ and two hex digits.</summary>
    public static string ToPath(string id)
    {
        var path = new StringBuilder(PathPrefix, PathPrefix.Length + (id.Length * 2));
        foreach (var octet in Encoding.UTF8.GetBytes(id))
        {
            var plain = char.IsAsciiLetter((char)octet) || (char.IsAsciiDigit((char)octet) && path.Length > PathPrefix.Length);
            _ = plain ? path.Append((char)octet) : path.Append('_').Append(Convert.ToHexStringLower([octet]));
        }

        return path.ToString();
    }

    private static string WithType(string name) => HasType(name) ? name : name + Service;

    private static bool HasType(string name) =>
        Array.Exists(Types, type => name.EndsWith(type, StringComparison.Ordinal) && name.Length > type.Length);

    private static bool IsUnitChar(char c) => char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '_' or '.' or '\\' or '@';

    private static SystemdException Invalid(string name, string message, string advice) =>
        new(OpsError.InvalidArgument, message, target: name, advice: advice);
}
