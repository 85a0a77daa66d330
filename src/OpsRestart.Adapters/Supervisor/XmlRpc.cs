using System.Xml;
using System.Xml.Linq;

namespace OpsRestart.Adapters.Supervisor;

/// <summary>
/// Calls and answers of XML-RPC (xmlrpc.com/spec): text, whole numbers, yes or no, lists and structs, which is all that supervisord speaks.
/// </summary>
internal static class XmlRpc
{
    /// <summary>A list of structs of lists is 20 deep.</summary>
    private const int Deepest = 100;
    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    public static byte[] Write(string method, IEnumerable<object> parameters)
    {
        using var buffer = new MemoryStream();
        var call = new XElement(
            "methodCall",
            new XElement("methodName", method),
            new XElement("params", parameters.Select(static p => new XElement("param", Value(p))))
        );
        call.Save(buffer, SaveOptions.DisableFormatting);
        return buffer.ToArray();
    }

    /// <summary>The value of an answer: string, int, bool, double, List of values or Dictionary by name.</summary>
    /// <exception cref="SupervisorFault">The answer is a fault.</exception>
    /// <exception cref="FormatException">It is no answer of XML-RPC.</exception>
    public static object Read(byte[] answer)
    {
        try
        {
            CheckDepth(answer);
            using var reader = XmlReader.Create(new MemoryStream(answer), Strict);
            var root = XElement.Load(reader);
            if (root.Name != "methodResponse")
            {
                throw new FormatException($"it begins with <{root.Name.LocalName}>");
            }

            return root.Element("fault")?.Element("value") is { } fault
                ? throw SupervisorFault.Of(Read(fault))
                : Read(root.Element("params")?.Element("param")?.Element("value") ?? throw new FormatException("it holds no value"));
        }
        catch (XmlException e)
        {
            throw new FormatException(
                string.Create(CultureInfo.InvariantCulture, $"it is no whole XML (line {e.LineNumber}, position {e.LinePosition})"),
                e
            );
        }
        catch (OverflowException e)
        {
            throw new FormatException("it holds a number that is too large", e);
        }
    }

    // A tree is read by functions that call themselves.
    private static void CheckDepth(byte[] answer)
    {
        using var reader = XmlReader.Create(new MemoryStream(answer), Strict);
        while (reader.Read())
        {
            if (reader.Depth > Deepest)
            {
                throw new FormatException("it is nested too deep");
            }
        }
    }

    private static XElement Value(object value) =>
        new(
            "value",
            value switch
            {
                string text => new XElement("string", text),
                int number => new XElement("int", number),
                bool flag => new XElement("boolean", flag ? 1 : 0),
                IEnumerable<KeyValuePair<string, object>> members => new XElement(
                    "struct",
                    members.Select(static m => new XElement("member", new XElement("name", m.Key), Value(m.Value)))
                ),
                IEnumerable<object> items => new XElement("array", new XElement("data", items.Select(Value))),
                _ => throw new ArgumentException($"no value of XML-RPC: {value.GetType()}", nameof(value)),
            }
        );

    private static object Read(XElement value)
    {
        if (value.Elements().FirstOrDefault() is not { } typed)
        {
            return value.Value;
        }

        return typed.Name.LocalName switch
        {
            "string" => typed.Value,
            "int" or "i4" => int.Parse(typed.Value, CultureInfo.InvariantCulture),
            "boolean" => typed.Value == "1",
            "double" => double.Parse(typed.Value, CultureInfo.InvariantCulture),
            "array" => (typed.Element("data")?.Elements("value") ?? []).Select(Read).ToList(),
            "struct" => Members(typed),
            var other => throw new FormatException($"it holds a <{other}>"),
        };
    }

    private static Dictionary<string, object> Members(XElement value)
    {
        var members = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var member in value.Elements("member"))
        {
            members[member.Element("name")?.Value ?? ""] = Read(
                member.Element("value") ?? throw new FormatException("a member has no value")
            );
        }

        return members;
    }
}
