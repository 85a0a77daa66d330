using System.Collections;
using System.Reflection;

namespace OpsRestart.Parameters;

/// <summary>The parameters of a cmdlet that are settings of its probe, as far as they were given.</summary>
internal static class ProbeParameters
{
    public static (string Name, object? Value)[] Of(PSCmdlet cmdlet) =>
        [
            .. cmdlet
                .GetType()
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => cmdlet.MyInvocation.BoundParameters.ContainsKey(p.Name))
                .Select(p => (Property: p, Setting: p.GetCustomAttribute<ProbeSettingAttribute>()))
                .Where(static p => p.Setting is not null)
                .SelectMany(p => Settings(p.Setting!.Key ?? CamelCase(p.Property.Name), Value(cmdlet, p.Property, p.Setting.IsPath))),
        ];

    private static object? Value(PSCmdlet cmdlet, PropertyInfo property, bool isPath) =>
        property.GetValue(cmdlet) is var value && isPath && value is string path ? cmdlet.GetUnresolvedProviderPathFromPSPath(path) : value;

    private static IEnumerable<(string, object?)> Settings(string key, object? value) =>
        value switch
        {
            SwitchParameter flag => [(key, flag.ToBool())],
            IDictionary map => [(key, SettingMap.Of(map))],
            string[] texts => [(key, texts.Cast<object?>().ToList())],
            Enum word => [(key, word.ToString().ToLowerInvariant())],
            PSCredential login => [("user", login.UserName), ("password", login.GetNetworkCredential().Password)],
            var other => [(key, other)],
        };

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
