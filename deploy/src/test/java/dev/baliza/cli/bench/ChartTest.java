package dev.baliza.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Pictures are well-formed, and their axes logarithmic. */
class ChartTest {
    @Test
    void pointsOfAPowerLawLieOnAStraightLine() throws Exception {
        List<Chart.Point> squares =
                List.of(new Chart.Point(10, 100), new Chart.Point(100, 10_000), new Chart.Point(1_000, 1_000_000));
        String svg = new Chart("title", "devices", "bytes", List.of(new Chart.Line("squares", squares))).svg();

        NodeList circles = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                .getElementsByTagName("circle");

        assertThat(circles.getLength()).isEqualTo(3);
        assertThat(place(circles, 0, "cx") + place(circles, 2, "cx")).isEqualTo(2 * place(circles, 1, "cx"));
        assertThat(place(circles, 0, "cy") + place(circles, 2, "cy")).isEqualTo(2 * place(circles, 1, "cy"));
        assertThat(place(circles, 0, "cy")).isGreaterThan(place(circles, 1, "cy"));
        assertThat(svg).contains(">title<", ">devices<", ">bytes<", ">squares<");
    }

    private static double place(NodeList circles, int index, String attribute) {
        return Double.parseDouble(((Element) circles.item(index)).getAttribute(attribute));
    }
}
