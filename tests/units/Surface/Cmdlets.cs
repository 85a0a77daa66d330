using System.Management.Automation;
using System.Reflection;
using OpsRestart.Commands;

namespace OpsRestart.Tests.Units.Surface;

/// <summary>
/// The cmdlets of the module as their attributes describe them. Read without making an attribute: what this program is built with of
/// PowerShell has no code.
/// </summary>
internal sealed record Cmdlets(string Name, string About, IReadOnlyList<Cmdlets.Parameter> Parameters)
{
    public static IReadOnlyList<Cmdlets> All { get; } =
    [
        .. typeof(GraphCommand)
            .Assembly.GetExportedTypes()
            .Where(static t => Find<CmdletAttribute>(t).Any())
            .Select(static t => new Cmdlets(NameOf(t), AboutOf(t), [.. ParametersOf(t)]))
            .OrderBy(static c => c.Name, StringComparer.Ordinal),
    ];

    public override string ToString() => $"{Name}  {About}\n{string.Concat(Parameters.Select(static p => $"  {p}\n"))}";

    private static string NameOf(Type type) =>
        string.Join('-', Find<CmdletAttribute>(type).Single().ConstructorArguments.Select(static a => a.Value));

    private static string AboutOf(Type type)
    {
        var outputs = Find<OutputTypeAttribute>(type)
            .SelectMany(static a => Values(a.ConstructorArguments[0]))
            .Cast<Type>()
            .Select(NameOfType);
        var named = Find<CmdletAttribute>(type)
            .Single()
            .NamedArguments.Select(static a =>
                a.MemberName == "ConfirmImpact"
                    ? $"impact {(ConfirmImpact)(int)a.TypedValue.Value!}"
                    : $"{a.MemberName} {a.TypedValue.Value}"
            );
        return string.Join("; ", named.Prepend($"-> {string.Join(", ", outputs)}"));
    }

    private static IEnumerable<Parameter> ParametersOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static p => Find<ParameterAttribute>(p).Any())
            .Select(static p => new Parameter(p))
            .OrderBy(static p => p.Name, StringComparer.Ordinal);

    private static IEnumerable<CustomAttributeData> Find<T>(MemberInfo member) =>
        member.GetCustomAttributesData().Where(static a => a.AttributeType == typeof(T));

    private static IEnumerable<object?> Values(CustomAttributeTypedArgument argument) =>
        argument.Value is IReadOnlyList<CustomAttributeTypedArgument> list ? list.Select(static a => a.Value) : [argument.Value];

    private static string NameOfType(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? NameOfType(inner) + "?"
        : type.IsArray ? NameOfType(type.GetElementType()!) + "[]"
        : type.Name switch
        {
            "String" => "string",
            "Object" => "object",
            "Int32" => "int",
            "Int64" => "long",
            "Boolean" => "bool",
            "Void" => "nothing",
            "SwitchParameter" => "switch",
            var name => name,
        };

    /// <summary>One parameter: its type, its aliases, the values that it takes, and how it binds in each set.</summary>
    internal sealed record Parameter
    {
        private readonly string _rest;

        public Parameter(PropertyInfo property)
        {
            Name = property.Name;
            Type = NameOfType(property.PropertyType);
            Aliases = [.. Find<AliasAttribute>(property).SelectMany(static a => Values(a.ConstructorArguments[0])).Cast<string>()];
            var values = Find<ValidateSetAttribute>(property).SelectMany(static a => Values(a.ConstructorArguments[0]));
            var range = Find<ValidateRangeAttribute>(property)
                .Select(static a => $"{a.ConstructorArguments[0].Value}..{a.ConstructorArguments[1].Value}");
            _rest = string.Join(
                "; ",
                (
                    (string[])
                        [
                            string.Join(", ", Aliases.Select(static a => "-" + a)),
                            string.Join("|", values.Concat(range)),
                            Find<SupportsWildcardsAttribute>(property).Any() ? "wildcards" : "",
                            .. Find<ParameterAttribute>(property).Select(Binding),
                        ]
                ).Where(static t => t.Length > 0)
            );
        }

        public string Name { get; }

        public string Type { get; }

        public IReadOnlyList<string> Aliases { get; }

        public override string ToString() => $"-{Name} {Type}{(_rest.Length > 0 ? "  " + _rest : "")}";

        private static string Binding(CustomAttributeData parameter)
        {
            var named = parameter.NamedArguments.ToDictionary(static a => a.MemberName, static a => a.TypedValue.Value);
            var words = new[]
            {
                named.TryGetValue("Position", out var position) ? $"at {position}" : "",
                named.ContainsKey("Mandatory") ? "needed" : "",
                named.ContainsKey("ValueFromPipeline") ? "piped" : "",
                named.ContainsKey("ValueFromPipelineByPropertyName") ? "piped by name" : "",
            };
            var text = string.Join(", ", words.Where(static w => w.Length > 0));
            return named.TryGetValue("ParameterSetName", out var set) ? $"[{set}] {text}".TrimEnd() : text;
        }
    }
}
